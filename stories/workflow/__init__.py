"""Editorial functions apart from review and publishing, such as comments, shared previews and review dates."""
