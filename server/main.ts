// Checks what the sources need before they are read: an older Node cannot even parse them.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major !== 24 || minor < 12) {
  process.stderr.write(`Davit needs Node.js 24.12 or a later 24, this is ${process.versions.node}\n`);
  process.exit(1);
}
const { start } = await import('./start.ts');
await start(process.argv.slice(2), process.env);

export {};
