import hashlib
import hmac
import os


def hash_password(password):
    salt = os.urandom(16)
    return salt.hex() + "$" + hashlib.scrypt(password.encode(), salt=salt, n=2**14, r=8, p=1).hex()


def is_password(password, stored):
    salt, digest = stored.split("$")
    again = hashlib.scrypt(password.encode(), salt=bytes.fromhex(salt), n=2**14, r=8, p=1).hex()
    return hmac.compare_digest(again, digest)


def main():
    hashed = hash_password("open sesame")
    return is_password("open sesame", hashed), is_password("guess", hashed)
