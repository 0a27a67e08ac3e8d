/** What the library refuses. There is no HTTP in here: middleware/refusals.js gives each kind its status. */
export class Refusal extends Error {
  constructor(code, message) {
    super(message);
    this.name = new.target.name;
    this.code = code;
  }
}

export class Invalid extends Refusal {
  /** @param {{ field: string, message: string }[]} fields each wrong field, once */
  constructor(fields) {
    super('invalid', 'Some fields are wrong.');
    this.fields = fields;
  }
}

export class Unauthorized extends Refusal {
  constructor() {
    super('unauthorized', 'A valid token is needed.');
  }
}

export class InvalidCredentials extends Refusal {
  constructor() {
    super('invalid_credentials', 'Email or password is wrong.');
  }
}

export class Forbidden extends Refusal {
  constructor() {
    super('forbidden', 'Only librarians may do this.');
  }
}

export class NotFound extends Refusal {
  constructor() {
    super('not_found', 'There is no such thing.');
  }
}

export class Conflict extends Refusal {}

/** The thing itself, when there is one. */
export function found(thing) {
  if (!thing) throw new NotFound();
  return thing;
}

/** Refuses the fields of a body that refer to nothing. */
export function refer(references) {
  const dangling = Object.keys(references).filter((field) => !references[field]);
  if (dangling.length > 0) throw new Invalid(dangling.map((field) => ({ field, message: 'There is no such thing.' })));
}
