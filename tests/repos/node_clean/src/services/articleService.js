import { NotFound } from '../errors.js';

export class ArticleService {
  constructor(articles) {
    this.articles = articles;
  }

  async list() {
    return this.articles.list();
  }

  async get(id) {
    const article = await this.articles.get(id);
    if (!article) throw new NotFound(`article ${id}`);
    return article;
  }

  async create(title) {
    return this.articles.add(title.trim());
  }
}
