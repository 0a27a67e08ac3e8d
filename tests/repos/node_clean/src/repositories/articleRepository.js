import { Article } from '../models/article.js';

export class ArticleRepository {
  async list() {
    return Article.findAll({ order: [['id', 'ASC']] });
  }

  async get(id) {
    return Article.findByPk(id);
  }

  async add(title) {
    return Article.create({ title });
  }
}
