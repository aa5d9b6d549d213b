package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Each package of the product is a room that can be entered alone: no class needs another that needs it, and there are not too many to know. */
class RoomsTest {
    private static final int TYPES_MAX = 25;

    private static Map<String, JavaClass> types;

    @BeforeAll
    static void importClasses() {
        types = new TreeMap<>();
        CompiledClasses.ALL.stream().filter(each -> each.getEnclosingClass().isEmpty() && !each.getSimpleName().equals("package-info"))
                .filter(each -> !each.getPackageName().equals("io.mpstream.bench"))
                .forEach(each -> types.put(each.getName(), each));
        assertTrue(types.size() > 200, types.keySet().toString());
    }

    @Test
    void noClassNeedsOneOfItsPackageThatNeedsIt() {
        List<Set<String>> circles = circles(edges());
        circles.removeIf(RoomsTest::isSealed);
        assertEquals(List.of(), circles);
    }

    @Test
    void circlesAreSeen() {
        Map<String, Set<String>> edges = Map.of("a", Set.of("b"), "b", Set.of("c", "d"), "c", Set.of("a"), "d", Set.of("e"), "e", Set.of());
        assertEquals(List.of(Set.of("a", "b", "c")), circles(edges));
    }

    @Test
    void roomsHaveFewTypes() {
        Map<String, Integer> sizes = new TreeMap<>();
        types.values().forEach(type -> sizes.merge(type.getPackageName(), 1, Integer::sum));
        sizes.values().removeIf(size -> size <= TYPES_MAX);
        assertEquals(Map.of(), sizes);
    }

    /** From each type to those of its package that it, or a type within it, names. */
    private static Map<String, Set<String>> edges() {
        Map<String, Set<String>> edges = new HashMap<>();
        types.keySet().forEach(name -> edges.put(name, new TreeSet<>()));
        for (JavaClass type : types.values()) {
            for (JavaClass part : parts(type)) {
                for (Dependency dependency : part.getDirectDependenciesFromSelf()) {
                    String target = outermost(dependency.getTargetClass()).getName();
                    JavaClass other = types.get(target);
                    if (other != null && !other.equals(type) && other.getPackageName().equals(type.getPackageName())) {
                        edges.get(type.getName()).add(target);
                    }
                }
            }
        }
        return edges;
    }

    private static Collection<JavaClass> parts(JavaClass type) {
        List<JavaClass> parts = new ArrayList<>();
        type.getPackage().getClasses().stream().filter(each -> outermost(each).equals(type)).forEach(parts::add);
        return parts;
    }

    private static JavaClass outermost(JavaClass type) {
        JavaClass at = type.getBaseComponentType();
        while (at.getEnclosingClass().isPresent()) {
            at = at.getEnclosingClass().get();
        }
        return at;
    }

    /** A sealed interface and its permits name each other by nature. */
    private static boolean isSealed(Set<String> circle) {
        return circle.stream().map(RoomsTest::reflect).anyMatch(type -> type.isSealed()
                && circle.stream().map(RoomsTest::reflect).allMatch(other -> other == type || List.of(type.getPermittedSubclasses()).contains(other)));
    }

    private static Class<?> reflect(String name) {
        try {
            return Class.forName(name, false, RoomsTest.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The sets of more than one from each of which all others can be reached. */
    private static List<Set<String>> circles(Map<String, Set<String>> edges) {
        Map<String, Set<String>> reached = new TreeMap<>();
        edges.keySet().forEach(from -> reached.put(from, reach(from, edges)));
        List<Set<String>> circles = new ArrayList<>();
        Set<String> done = new TreeSet<>();
        reached.forEach((from, to) -> {
            if (to.contains(from) && !done.contains(from)) {
                Set<String> circle = new TreeSet<>();
                to.stream().filter(each -> reached.get(each).contains(from)).forEach(circle::add);
                done.addAll(circle);
                circles.add(circle);
            }
        });
        return circles;
    }

    private static Set<String> reach(String from, Map<String, Set<String>> edges) {
        Set<String> reached = new TreeSet<>();
        Deque<String> ahead = new ArrayDeque<>(edges.get(from));
        while (!ahead.isEmpty()) {
            String next = ahead.pop();
            if (reached.add(next)) {
                ahead.addAll(edges.getOrDefault(next, Set.of()));
            }
        }
        return reached;
    }
}
