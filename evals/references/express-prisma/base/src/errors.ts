export interface WrongField {
  field: string;
  message: string;
}

export type ConflictCode =
  | 'email_taken'
  | 'slot_taken'
  | 'illegal_transition'
  | 'not_treatable'
  | 'not_completed'
  | 'no_treatments'
  | 'already_invoiced'
  | 'exceeds_balance'
  | 'idempotency_conflict';

/** What the clinic refuses. There is no HTTP in here: middleware/refusals.ts gives each kind its status. */
export abstract class Refusal extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = new.target.name;
    this.code = code;
  }
}

export class Invalid extends Refusal {
  /** @param fields each wrong field, once */
  constructor(readonly fields: WrongField[]) {
    super('invalid', 'Some fields are wrong.');
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
    super('forbidden', 'Only managers may do this.');
  }
}

export class NotFound extends Refusal {
  constructor() {
    super('not_found', 'There is no such thing.');
  }
}

export class Conflict extends Refusal {
  constructor(code: ConflictCode, message: string) {
    super(code, message);
  }
}

/** The thing itself, when there is one. */
export function found<T>(thing: T | null): T {
  if (thing === null) throw new NotFound();
  return thing;
}

/** The things themselves, when there are all of them; otherwise refuses the fields of a body that refer to nothing. */
export function refer<T extends Record<string, unknown>>(references: T): { [K in keyof T]: NonNullable<T[K]> } {
  const dangling = Object.keys(references).filter((field) => !references[field]);
  if (dangling.length > 0) throw new Invalid(dangling.map((field) => ({ field, message: 'There is no such thing.' })));
  return references as { [K in keyof T]: NonNullable<T[K]> };
}
