// Checks what the sources need before they are read: an older Node cannot even parse them.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major !== 24 || minor < 12) {
  process.stderr.write(`Davit needs Node.js 24.12 or a later 24, this is ${process.versions.node}\n`);
  process.exit(1);
}
const { isEngineError } = await import('#engine/errors/index.ts');
const { toKnownError } = await import('#server/errors/index.ts');
const { start } = await import('./start.ts');
try {
  await start(process.argv.slice(2), process.env);
} catch (error) {
  // Ours are sentences for people; anything else is a fault and shows where.
  const known = toKnownError(error);
  if (!isEngineError(known)) throw error;
  const usage = ['config_invalid', 'flags_invalid'].includes(String(known.details['reason']));
  process.stderr.write(`davit up: ${known.message}\n${usage ? 'See ./davit up --help\n' : ''}`);
  process.exitCode = usage ? 2 : 1;
}

export {};
