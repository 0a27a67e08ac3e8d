export class BookService {
  constructor({ work, reading }) {
    this.work = work;
    this.reading = reading;
  }

  create(input) {
    return this.work((work) => work.books.create(input));
  }

  list(filters, page) {
    return this.reading((work) => work.books.list(filters, page));
  }
}
