"""Prints html_entities.inc: the named character references of HTML, from Python's html.entities.

    python3 make_entities.py > html_entities.inc
"""

from html.entities import html5


def escaped(text):
    return "".join(f"\\x{byte:02X}" for byte in text.encode())


if __name__ == "__main__":
    print("// Named character references of HTML, sorted by name. Made by make_entities.py.")
    for name in sorted(html5):
        print(f'{{"{name}", "{escaped(html5[name])}"}},')
