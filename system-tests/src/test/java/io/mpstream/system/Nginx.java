package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** nginx before a server, with all as it comes. Tests that want one are skipped where there is none. */
final class Nginx implements AutoCloseable {
    private static final String CONFIGURATION = """
            daemon off;
            worker_processes 1;
            pid FOLDER/nginx.pid;
            error_log stderr;
            events { }
            http {
                access_log off;
                client_body_temp_path FOLDER/body;
                proxy_temp_path FOLDER/proxy;
                fastcgi_temp_path FOLDER/fastcgi;
                uwsgi_temp_path FOLDER/uwsgi;
                scgi_temp_path FOLDER/scgi;
                server {
                    listen 127.0.0.1:PORT;
                    location PATH/ {
                        proxy_pass ADDRESS/;
                        proxy_http_version 1.1;
                    }
                }
            }
            """;

    private final Path folder;
    private final Path configuration;
    private final int port;
    private final String path;
    private ClientProgram nginx;

    /** Starts one that passes on what is below this path: an empty string for all. */
    Nginx(Path folder, RunningServer server, String path) throws IOException {
        ClientProgram.assumeInstalled("nginx", "nginx-light");
        this.folder = folder;
        this.path = path;
        port = RunningServer.freePort();
        configuration = Files.writeString(folder.resolve("nginx.conf"), CONFIGURATION.replace("FOLDER", folder.toString()).replace("PATH", path)
                .replace("PORT", Integer.toString(port)).replace("ADDRESS", "http://127.0.0.1:" + server.address().getPort()));
        start();
    }

    /** Starts it, again if need be, and waits until it passes requests on. */
    void start() {
        nginx = ClientProgram.start("nginx-light", "nginx", "-p", folder.toString(), "-e", "stderr", "-c", configuration.toString());
        Awaitility.await().atMost(20, TimeUnit.SECONDS).ignoreException(UncheckedIOException.class).until(() -> {
            assertTrue(nginx.isAlive(), nginx.output());
            try (Wire wire = new Wire(port)) {
                return wire.get(path + "/healthz").response().status() == 200;
            }
        });
    }

    int port() {
        return port;
    }

    URI address() {
        return URI.create("http://localhost:" + port + path);
    }

    /** Ends it, with all connections through it. */
    void stop() {
        nginx.close();
    }

    @Override
    public void close() {
        stop();
    }
}
