from django import forms

from core.exceptions import AppError


def add_errors(form: forms.Form, error: AppError) -> None:
    """Show what a service refused beside the fields it named, the rest on top of the form."""
    for each in error.errors:
        name = each.field if each.field in form.fields else None
        form.add_error(name, forms.ValidationError(each.message, code=each.code))
    if not error.errors:
        form.add_error(None, forms.ValidationError(error.detail, code=error.code))
