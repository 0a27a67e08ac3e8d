import { createFactory } from 'hono/factory';

/**
 * What middleware leaves in the context for the handlers behind it.
 *
 * @typedef {object} Variables
 * @property {{ id: number, email: string, name: string, role: 'manager' | 'staff', createdAt: Date }} user who asks
 */

/** Makes every app and every middleware, so that `c.var` has one type everywhere. */
export const factory = /** @type {import('hono/factory').Factory<{ Variables: Variables }>} */ (createFactory());
