"""The little of scikit-learn that this project uses: scikit-learn itself has no type hints."""
