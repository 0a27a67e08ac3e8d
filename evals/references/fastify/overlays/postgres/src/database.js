import pg from 'pg';
import { Sequelize, Transaction } from 'sequelize';

const ADDRESS = /^postgresql:\/\//;
const POOL = { max: 20, acquire: 30_000 };
const READ_COMMITTED = { isolationLevel: Transaction.ISOLATION_LEVELS.READ_COMMITTED };
const DEADLOCK = '40P01';
const ATTEMPTS = 5;
const SCHEMA_LOCK = 20_260_301;

// Cents are BIGINT, which the driver gives as text; they stay below 2 to the power of 53.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

export async function openDatabase(url) {
  if (!ADDRESS.test(url)) throw new Error('DATABASE_URL must be postgresql://user:password@host:port/name.');
  const sequelize = new Sequelize(url, { dialect: 'postgres', dialectModule: pg, logging: false, pool: POOL });
  const transaction = (block) => undeadlocked(() => sequelize.transaction(READ_COMMITTED, block));
  const exclusively = (block) =>
    sequelize.transaction(async (schema) => {
      await sequelize.query(`SELECT pg_advisory_xact_lock(${SCHEMA_LOCK})`, { transaction: schema });
      return block(schema);
    });
  return { sequelize, transaction, exclusively, secondsOf };
}

/** Does the whole again when the server ends it for a deadlock: two patients who exchange their emails, for example. */
async function undeadlocked(task, attempts = ATTEMPTS) {
  try {
    return await task();
  } catch (error) {
    if (error.original?.code !== DEADLOCK || attempts === 1) throw error;
    return undeadlocked(task, attempts - 1);
  }
}

/** The SQL for the seconds since 1970 of an instant in a column. */
function secondsOf(column) {
  return `CAST(EXTRACT(EPOCH FROM ${column}) AS BIGINT)`;
}
