/** What the parts of a process count of their own work: plain numbers, whoever reads them. */
package io.mpstream.measure;
