import { Sequelize, Transaction } from 'sequelize';

const ADDRESS = /^sqlite:\/\/\/(.+)$/;
const IMMEDIATE = { type: Transaction.TYPES.IMMEDIATE };

/** Opens the file that a URL names, and makes it when there is none. */
export async function openDatabase(url) {
  const [, storage] = ADDRESS.exec(url) ?? [];
  if (!storage) throw new Error('DATABASE_URL must be sqlite:/// and the path of a file.');
  const sequelize = new Sequelize({
    dialect: 'sqlite',
    storage,
    logging: false,
    // Each attempt waits for a second: another process may be writing.
    retry: { match: [/SQLITE_BUSY/], max: 10 },
  });
  // Readers do not wait for the writer then. Foreign keys are switched on by Sequelize, for each connection.
  await sequelize.query('PRAGMA journal_mode = WAL');
  const transaction = oneByOne((block) => sequelize.transaction(IMMEDIATE, block));
  return { sequelize, transaction, exclusively: transaction, daysOf };
}

/**
 * Runs tasks in the order in which they come. The file has one writer at a time: whoever waited in the driver instead
 * would hold one of its few threads, and four of them would keep the writer from its work.
 */
function oneByOne(task) {
  let last = Promise.resolve();
  return (block) => {
    const result = last.then(() => task(block));
    last = result.catch(() => {});
    return result;
  };
}

/** The SQL for the days since 1970 of a date in a column. */
function daysOf(column) {
  return `(CAST(strftime('%s', ${column}) AS INTEGER) / 86400)`;
}
