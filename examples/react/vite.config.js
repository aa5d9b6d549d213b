import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

// Where MPStream is: the page asks its own origin, which passes on what begins with /v1/. The Host stays as it is: pages of another may not ask.
const proxy = { '/v1/': { target: process.env.MPSTREAM_URL ?? 'http://localhost:8000', changeOrigin: false } };

export default defineConfig({
  // Elsewhere: get both files from a server's /v1/ui/, and name their folder here.
  resolve: { alias: { '#mpstream': fileURLToPath(new URL('../../page/src/main/resources/io/mpstream/page', import.meta.url)) } },
  server: { proxy, fs: { allow: ['../..'] } },
  preview: { proxy },
});
