from fastapi import FastAPI

app = FastAPI()


def main():
    @app.delete("/books/{book_id}", status_code=204)
    def delete_book(book_id: int) -> dict[str, str]:
        return {}
