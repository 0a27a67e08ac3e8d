const REQUIRED = ['PORT', 'DATABASE_URL', 'JWT_SECRET'] as const;

export interface Config {
  port: number;
  databaseUrl: string;
  jwtSecret: string;
}

/** The settings of the process; whatever is missing or wrong is told at once. */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const missing = REQUIRED.filter((name) => !environment[name]);
  if (missing.length > 0) throw new Error(`Missing in the environment: ${missing.join(', ')}`);
  const { PORT = '', DATABASE_URL = '', JWT_SECRET = '' } = environment;
  const port = Number(PORT);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Error(`PORT is no port: ${PORT}`);
  return { port, databaseUrl: DATABASE_URL, jwtSecret: JWT_SECRET };
}
