import { z } from 'zod';
import { integer, isbn, object, text, title } from './fields.js';
import { byId, pageOut, pageQuery } from './pages.js';

export const bookIn = object({ title, isbn: isbn.nullable().default(null), copies: integer(1, 100) });

export const bookQuery = pageQuery(
  { search: text(100).min(1).optional(), in_stock: z.enum(['true', 'false']).optional() },
  byId,
);

export const bookOut = (book) => ({
  id: book.id,
  title: book.title,
  isbn: book.isbn,
  copies: book.copies,
  available: book.available,
});

export const bookPage = (page) => pageOut(page, bookOut, byId);
