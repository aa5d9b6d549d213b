// For vitest: the protocol's own suite against the server at DURABLE_URL, whose long polls take 2 s.
import { runConformanceTests } from '@durable-streams/server-conformance-tests';

runConformanceTests({ baseUrl: process.env.DURABLE_URL, longPollTimeoutMs: 2_000 });
