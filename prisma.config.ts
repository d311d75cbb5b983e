import { defineConfig } from 'prisma/config';

/** Only `prisma generate` reads this; the server opens its database itself (server/db). */
export default defineConfig({ schema: 'prisma/schema.prisma' });
