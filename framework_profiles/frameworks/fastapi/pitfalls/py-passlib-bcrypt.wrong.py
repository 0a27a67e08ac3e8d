from passlib.context import CryptContext


def main():
    context = CryptContext(schemes=["bcrypt"])
    hashed = context.hash("open sesame")
    return context.verify("open sesame", hashed), context.verify("guess", hashed)
