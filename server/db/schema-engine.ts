import { readFile } from 'node:fs/promises';
import type { SqlDriverAdapter, SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import type { SchemaEngine } from '@prisma/schema-engine-wasm/schema_engine_bg';

type Glue = typeof import('@prisma/schema-engine-wasm/schema_engine_bg');

let loaded: Promise<Glue> | undefined;

/**
 * Prisma's migration engine on our own adapter, without its command line (whose native engine is a download).
 * It locks each connection it is given and never lets go: disposing the session closes them all, before a client opens the file.
 */
export async function openSchemaEngine(
  factory: SqlMigrationAwareDriverAdapterFactory,
): Promise<AsyncDisposable & { engine: SchemaEngine }> {
  await using opening = new AsyncDisposableStack();
  const tracked = (connection: SqlDriverAdapter): SqlDriverAdapter => {
    opened.defer(() => connection.dispose());
    return connection;
  };
  const opened = opening.use(new AsyncDisposableStack());
  const adapter = bindMigrationAwareSqlAdapterFactory({
    ...factory,
    connect: async () => tracked(await factory.connect()),
    connectToShadowDb: async () => tracked(await factory.connectToShadowDb()),
  });
  loaded ??= loadEngine();
  const { SchemaEngine } = await loaded;
  const engine = await SchemaEngine.new({ datamodels: undefined }, () => {}, adapter);
  const owned = opening.move();
  return { engine, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** By hand: the package's own entry imports the .wasm file, which Node answers with a warning. */
async function loadEngine(): Promise<Glue> {
  const glue = await import('@prisma/schema-engine-wasm/schema_engine_bg');
  const bytes = await readFile(new URL('schema_engine_bg.wasm', import.meta.resolve('@prisma/schema-engine-wasm')));
  const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': { ...glue } });
  // Exported besides what its types tell: the hook that hands it the instance.
  if (!('__wbg_set_wasm' in glue) || typeof glue.__wbg_set_wasm !== 'function') {
    throw new Error('The schema engine of this version of Prisma cannot be started: __wbg_set_wasm is missing');
  }
  glue.__wbg_set_wasm(instance.exports);
  const start = instance.exports['__wbindgen_start'];
  if (typeof start === 'function') start();
  return glue;
}
