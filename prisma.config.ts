import { defineConfig } from 'prisma/config';

// Generating needs no schema engine, and without this it fetches one from the network.
process.env['PRISMA_SCHEMA_ENGINE_BINARY'] ??= '/bin/true';

/** Only `prisma generate` reads this; the server opens its database itself (server/db). */
export default defineConfig({ schema: 'prisma/schema.prisma' });
