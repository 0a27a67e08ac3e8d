from django.contrib.auth.hashers import ScryptPasswordHasher


class ClinicScryptHasher(ScryptPasswordHasher):
    """Django's own with a modest cost, of some 20 ms."""

    work_factor = 2**12
    parallelism = 1
