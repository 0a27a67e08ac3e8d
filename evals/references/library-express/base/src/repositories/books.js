import { Op, literal, where } from 'sequelize';
import { escapeLike, fold } from '../text.js';
import { Repository, refuseDuplicate } from './repository.js';

/** Counted anew by each query: nothing has to be kept in step with the loans. */
const AVAILABLE = literal(
  '("Book"."copies" - (SELECT COUNT(*) FROM loans WHERE loans.book_id = "Book"."id" AND loans.returned_on IS NULL))',
);

export class BookRepository extends Repository {
  constructor({ Book }, transaction) {
    super(Book, transaction);
  }

  create(book) {
    const created = this.model.create({ ...book, available: book.copies }, { transaction: this.transaction });
    return refuseDuplicate(created, 'isbn_taken', 'Another book has this ISBN.');
  }

  list({ search, inStock }, page) {
    const conditions = [];
    if (search) conditions.push({ titleFolded: this.#contains(search) });
    if (inStock) conditions.push(where(AVAILABLE, inStock === 'true' ? Op.gt : Op.eq, 0));
    return this.page({
      conditions,
      order: ['id'],
      attributes: { include: [[AVAILABLE, 'available']] },
      ...page,
    });
  }

  /** Contains the text. Both sides are folded, so that no collation has a say. */
  #contains(text) {
    const pattern = this.model.sequelize.escape(`%${escapeLike(fold(text))}%`);
    return { [Op.like]: literal(`${pattern} ESCAPE '\\'`) };
  }
}
