import { PrismaPg } from '@prisma/adapter-pg';
import { Prisma, PrismaClient } from './generated/prisma/client.js';

const ADDRESS = /^postgresql:\/\//;
const POOL = {
  max: 20,
  connectionTimeoutMillis: 30_000,
  // The adapter reads every instant as if its offset were +00.
  options: '-c TimeZone=UTC -c default_transaction_isolation=read\\ committed',
};
const PATIENCE = { maxWait: 30_000, timeout: 30_000 };
const DEADLOCK = '40P01';
const ATTEMPTS = 5;

/** What the units of work stand on. */
export interface Database {
  client: PrismaClient;
  transaction<T>(block: (client: Prisma.TransactionClient) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export async function openDatabase(url: string): Promise<Database> {
  if (!ADDRESS.test(url)) throw new Error('DATABASE_URL must be postgresql://user:password@host:port/name.');
  const client = new PrismaClient({ adapter: new PrismaPg({ connectionString: url, ...POOL }) });
  await client.$connect();
  return {
    client,
    transaction: (block) => undeadlocked(() => client.$transaction(block, PATIENCE)),
    close: () => client.$disconnect(),
  };
}

/** Does the whole again when the server ends it for a deadlock: two patients who exchange their emails, for example. */
async function undeadlocked<T>(task: () => Promise<T>, attempts = ATTEMPTS): Promise<T> {
  try {
    return await task();
  } catch (error) {
    if (sqlState(error) !== DEADLOCK || attempts === 1) throw error;
    return undeadlocked(task, attempts - 1);
  }
}

/** What the server called the error: that of a raw query comes wrapped, that of any other as the adapter threw it. */
function sqlState(error: unknown): string | undefined {
  const thrown = error instanceof Prisma.PrismaClientKnownRequestError ? error.meta?.driverAdapterError : error;
  return (thrown as { cause?: { originalCode?: string } } | undefined)?.cause?.originalCode;
}
