/** Metrics for Prometheus, on a port of their own. Only here is it known what library tells them. */
package io.mpstream.metrics;
