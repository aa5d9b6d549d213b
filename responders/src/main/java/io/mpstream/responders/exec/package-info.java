/**
 * Answers by programs in any language: a process for each query ({@link io.mpstream.responders.exec.ExecResponder}), or processes that stay and
 * answer many ({@link io.mpstream.responders.exec.WorkerResponder}). All of them end with the producer, however it ends.
 */
package io.mpstream.responders.exec;
