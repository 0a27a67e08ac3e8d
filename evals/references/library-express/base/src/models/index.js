import { defineBook } from './book.js';
import { defineLoan } from './loan.js';
import { defineUser } from './user.js';

/** Gives a Sequelize instance all models and their relations. */
export function defineModels(sequelize) {
  const User = defineUser(sequelize);
  const Book = defineBook(sequelize);
  const Loan = defineLoan(sequelize);

  Loan.belongsTo(Book, by('bookId', 'book'));
  Loan.belongsTo(User, by('userId', 'user'));
}

/** A relation by a foreign key; no row ever goes that another refers to. */
function by(foreignKey, as) {
  return { foreignKey, as, onDelete: 'RESTRICT', onUpdate: 'RESTRICT' };
}

/** Creates what is missing of the schema, one process at a time. */
export function createSchema(database) {
  return database.exclusively((transaction) => database.sequelize.sync({ transaction }));
}
