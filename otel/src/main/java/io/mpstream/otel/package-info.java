/** Spans, exported with the SDK of OpenTelemetry. On the class path only where the environment says where to. */
package io.mpstream.otel;
