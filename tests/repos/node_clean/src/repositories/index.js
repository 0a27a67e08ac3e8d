export { ArticleRepository } from './articleRepository.js';
