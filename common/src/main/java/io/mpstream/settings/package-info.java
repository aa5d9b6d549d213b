/** What the user chose, each option said once, and the times that nobody chooses. */
package io.mpstream.settings;
