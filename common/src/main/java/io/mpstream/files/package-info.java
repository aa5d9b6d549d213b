/** Files and folders that only their owner may use. */
package io.mpstream.files;
