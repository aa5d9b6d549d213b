package io.mpstream.settings;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine;

/**
 * The options of an interface whose accessors are options, and of those that it extends. An {@code int} is a number, a {@code long} a size in
 * bytes. An instance reads once.
 */
final class Options<T> {
    private final Class<T> type;
    private final CommandLine line;

    Options(Class<T> type) {
        this.type = type;
        CommandSpec spec = CommandSpec.forAnnotatedObject(type);
        for (Class<?> part : type.getInterfaces()) {
            spec.addMixin(part.getSimpleName(), CommandSpec.forAnnotatedObject(part));
        }
        line = new CommandLine(spec)
                .setAbbreviatedOptionsAllowed(false)
                .registerConverter(Duration.class, text -> convert(text, TimeSpan::parse))
                .registerConverter(Path.class, text -> convert(text, Path::of))
                .registerConverter(URI.class, text -> convert(text, URI::create))
                .registerConverter(Map.Entry.class, text -> convert(text, NamedValues::entry))
                .registerConverter(long.class, text -> convert(text, ByteSize::parse))
                .registerConverter(int.class, text -> convert(text, Options::number))
                .registerConverter(Integer.class, text -> convert(text, Options::number));
    }

    /** What is thrown so is told to the user as it stands. */
    private static <V> V convert(String text, Function<String, V> converter) {
        try {
            return converter.apply(text);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.TypeConversionException(e.getMessage());
        }
    }

    private static int number(String text) {
        if (!text.matches("-?\\d{1,9}")) {
            throw new IllegalArgumentException("'" + text + "' is not a number that fits");
        }
        return Integer.parseInt(text);
    }

    /** What {@code --help} prints. */
    String help() {
        return line.getUsageMessage();
    }

    /** The default of each option, as a user would write it; an empty string for none. */
    Map<String, String> defaults() {
        Map<String, String> defaults = new TreeMap<>();
        line.getCommandSpec().options().forEach(option -> defaults.put(option.longestName(), option.defaultValue() == null ? "" : option.defaultValue()));
        return defaults;
    }

    /**
     * Reads the values.
     *
     * @param values of accessors that are no options, by name
     * @throws StartupException if an option is unknown, or its value is not one, saying which
     * @throws CommandLine.ParameterException likewise
     */
    T read(String[] args, Map<String, String> environment, Map<String, Object> values) {
        SettingSources.require(args);
        CommandSpec spec = line.getCommandSpec();
        Map<String, String> elsewhere = SettingSources.read(spec, args, environment);
        // A value is what was written, ${} and all.
        line.setInterpolateVariables(false).setDefaultValueProvider(argument -> elsewhere.get(((OptionSpec) argument).longestName()));
        ParseResult here = line.parseArgs(SettingSources.withDashes(args));
        Predicate<String> isGiven = name -> (here.hasMatchedOption(name) || elsewhere.containsKey(name)) && !Boolean.FALSE.equals(spec.findOption(name).getValue());
        Map<String, Object> told = new HashMap<>(values);
        // By name: reflection gives accessors in no order, and a user who errs twice is told of the same error each time.
        for (OptionSpec option : spec.options().stream().sorted(Comparator.comparing(OptionSpec::longestName)).toList()) {
            check(option, isGiven);
            told.put(accessor(option).getName(), value(option));
        }
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
            if (method.getDeclaringClass() == Object.class) {
                // Nothing that a log could tell: there are secrets.
                return method.invoke(this, arguments);
            }
            return method.isDefault() ? InvocationHandler.invokeDefault(proxy, method, arguments) : told.get(method.getName());
        }));
    }

    private static Method accessor(OptionSpec option) {
        return (Method) option.userObject();
    }

    private static Object value(OptionSpec option) {
        Object value = option.getValue();
        return !option.isMultiValue() ? value : value == null ? List.of() : List.copyOf((List<?>) value);
    }

    private static void check(OptionSpec option, Predicate<String> isGiven) {
        Must must = accessor(option).getAnnotation(Must.class);
        if (must == null) {
            return;
        }
        String name = option.longestName();
        boolean isBounded = !must.beAtMost().isEmpty();
        if (!must.beAtLeast().isEmpty()) {
            StartupException.require(compare(option.getValue(), must.beAtLeast()) >= 0 && (!isBounded || compare(option.getValue(), must.beAtMost()) <= 0), name,
                    isBounded ? "be between " + must.beAtLeast() + " and " + must.beAtMost() : "be at least " + must.beAtLeast());
        }
        if (isGiven.test(name)) {
            String with = must.comeWith();
            StartupException.require(with.isEmpty() || isGiven.test(with.split(" ")[0]), name, "be given together with " + with);
            String without = must.notComeWith();
            StartupException.require(without.isEmpty() || !isGiven.test(without), name, "not be given together with " + without);
        }
    }

    private static int compare(Object value, String bound) {
        return switch (value) {
            // What is not given has nothing that could be out of bounds.
            case Optional<?> optional -> optional.map(given -> compare(given, bound)).orElse(0);
            case Integer number -> number.compareTo(number(bound));
            case Long bytes -> bytes.compareTo(ByteSize.parse(bound));
            case Duration time -> time.compareTo(TimeSpan.parse(bound));
            default -> throw new IllegalStateException("no bound is known of " + value.getClass());
        };
    }
}
