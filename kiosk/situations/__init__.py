"""The four situations and the questions that lead to them: content as data, checked when loaded."""
