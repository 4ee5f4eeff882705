"""Reading and writing photos: safe decoding within limits, memory estimates, resizing, encoding without metadata."""
