import { PrismaPg } from '@prisma/adapter-pg';
import { defineConfig } from 'prisma/config';

// The schema names the variable, and so the CLI wants it even for what never connects.
process.env.DATABASE_URL ??= 'postgresql://';

/** `engine: 'js'` and `engineType = "client"` in the schema: nothing that the CLI does here needs a native engine. */
export default defineConfig({
  schema: 'prisma/schema.prisma',
  experimental: { adapter: true },
  engine: 'js',
  adapter: async () => new PrismaPg({ connectionString: process.env.DATABASE_URL }),
});
