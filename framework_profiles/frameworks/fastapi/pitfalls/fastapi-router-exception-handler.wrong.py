from fastapi import APIRouter

router = APIRouter()


class AlreadyLent(Exception):
    pass


def main():
    @router.exception_handler(AlreadyLent)
    def conflict(request, error):
        return None
