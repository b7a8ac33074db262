from core.exceptions import AppError, InvalidInput


def as_new_name(error: AppError) -> AppError:
    """What was refused, said of the field for a new name in the form that chooses shelves of a post."""
    if not isinstance(error, InvalidInput):
        return error
    renamed = [type(each)("new_name", each.code, each.message) for each in error.errors]
    return InvalidInput(error.detail, code=error.code, errors=renamed)
