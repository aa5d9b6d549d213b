package io.mpstream.settings;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What is asked of the value of an option besides its form. Values and options are written as a user writes them. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface Must {
    String beAtLeast() default "";

    String beAtMost() default "";

    /** An option without which this one has no use, such as {@code --auth jwt}. */
    String comeWith() default "";

    /** An option that says otherwise. */
    String notComeWith() default "";
}
