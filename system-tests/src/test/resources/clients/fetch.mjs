// node fetch.mjs URL: prints what comes, when it comes; then how it ended.
const response = await fetch(process.argv[2]);
const decoder = new TextDecoder();
try {
  for await (const bytes of response.body) {
    process.stdout.write(decoder.decode(bytes, { stream: true }));
  }
  process.stdout.write('[whole]\n');
} catch (error) {
  process.stdout.write('[broken]\n');
}
