export class RoomService {
  constructor({ work, reading }) {
    this.work = work;
    this.reading = reading;
  }

  create(input) {
    return this.work((work) => work.rooms.create(input));
  }

  list(page) {
    return this.reading((work) => work.rooms.list(page));
  }
}
