import pg from 'pg';
import { Sequelize, Transaction } from 'sequelize';

const ADDRESS = /^postgresql:\/\//;
const POOL = { max: 20, acquire: 30_000 };
const READ_COMMITTED = { isolationLevel: Transaction.ISOLATION_LEVELS.READ_COMMITTED };
const SCHEMA_LOCK = 20_260_302;

// Counts and sums are BIGINT, which the driver gives as text; they stay below 2 to the power of 53.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

export async function openDatabase(url) {
  if (!ADDRESS.test(url)) throw new Error('DATABASE_URL must be postgresql://user:password@host:port/name.');
  const sequelize = new Sequelize(url, { dialect: 'postgres', dialectModule: pg, logging: false, pool: POOL });
  const transaction = (block) => sequelize.transaction(READ_COMMITTED, block);
  const exclusively = (block) =>
    sequelize.transaction(async (schema) => {
      await sequelize.query(`SELECT pg_advisory_xact_lock(${SCHEMA_LOCK})`, { transaction: schema });
      return block(schema);
    });
  return { sequelize, transaction, exclusively, daysOf };
}

/** The SQL for the days since 1970 of a date in a column. */
function daysOf(column) {
  return `(${column} - DATE '1970-01-01')`;
}
