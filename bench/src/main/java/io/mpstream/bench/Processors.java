package io.mpstream.bench;

import java.util.List;
import java.util.stream.Stream;

/**
 * How many processors a contender may use.
 *
 * @param count of them; 0: all that there are. With more than there are its JVMs believe that they had so many, which shows what they do because of
 *              the number alone
 */
record Processors(int count) {
    static final Processors ALL = new Processors(0);

    /** A builder of a process that runs this command on them. */
    ProcessBuilder builder(List<String> command) {
        boolean isPart = count > 0 && count < Runtime.getRuntime().availableProcessors();
        ProcessBuilder builder = new ProcessBuilder(isPart ? Stream.concat(Stream.of("taskset", "-c", "0-" + (count - 1)), command.stream()).toList() : command);
        if (count > 0) {
            builder.environment().put("MPSTREAM_JAVA_OPTS", "-XX:ActiveProcessorCount=" + count);
        }
        return builder;
    }
}
