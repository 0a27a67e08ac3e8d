import sys

from pydantic import BaseModel, EmailStr

sys.modules["email_validator"] = None  # what an environment without the extra looks like


def main():
    try:
        class Reader(BaseModel):
            email: EmailStr

        return Reader(email="ada@example.org").email
    finally:
        del sys.modules["email_validator"]
