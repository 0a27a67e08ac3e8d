import { createApp } from './app.js';
import { readConfig } from './config.js';
import { openDatabase } from './database.js';

const PATIENCE_MS = 1000;

const config = readConfig(process.env);
const database = await openDatabase(config.databaseUrl);
const server = createApp(config, database).listen(config.port, '127.0.0.1');

/** Lets running requests end, but does not wait for ever. */
function stop(): void {
  server.close(() => void database.close());
  setTimeout(() => server.closeAllConnections(), PATIENCE_MS).unref();
}

process.once('SIGINT', stop);
process.once('SIGTERM', stop);
