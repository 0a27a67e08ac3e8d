const REQUIRED = ['PORT', 'DATABASE_URL', 'JWT_SECRET'];

/** The settings of the process; whatever is missing or wrong is told at once. */
export function readConfig(environment) {
  const missing = REQUIRED.filter((name) => !environment[name]);
  if (missing.length > 0) throw new Error(`Missing in the environment: ${missing.join(', ')}`);
  const port = Number(environment.PORT);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Error(`PORT is no port: ${environment.PORT}`);
  return { port, databaseUrl: environment.DATABASE_URL, jwtSecret: environment.JWT_SECRET };
}
