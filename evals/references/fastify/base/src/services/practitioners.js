export class PractitionerService {
  constructor({ work, reading }) {
    this.work = work;
    this.reading = reading;
  }

  create(input) {
    return this.work((work) => work.practitioners.create(input));
  }

  list(filters, page) {
    return this.reading((work) => work.practitioners.list(filters, page));
  }
}
