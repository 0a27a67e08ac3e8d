import { ArticleRepository } from './repositories/articleRepository.js';
import { ArticleService } from './services/articleService.js';

export const articleService = new ArticleService(new ArticleRepository());
