"""The camera that reads QR codes: capture, decoding, and what helps a decoder with a bad picture.

1. A code is bytes. What they mean is for the caller: a decoder that guesses a character set mangles Vietnamese.
2. A picture never touches the disk and is never logged; nor is what was read.
3. A wrong text is worse than none: only error-corrected readings count, and no two readings are merged.
"""
