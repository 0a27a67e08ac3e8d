import sys

from pydantic import BaseModel, Field

sys.modules["email_validator"] = None


def main():
    try:
        class Reader(BaseModel):
            email: str = Field(pattern=r"^[^@\s]+@[^@\s]+$")

        return Reader(email="ada@example.org").email
    finally:
        del sys.modules["email_validator"]
